import { OnnxCore } from "./src/engine/onnx/core.js";
const D=256,L=4,H=4,F=1024,V=64;
const c = {hiddenSize:D,feedForward:F,layers:L,heads:H,kvHeads:H,headDim:D/H,vocabSize:V,contextLength:192,normEpsilon:1e-6,ropeTheta:10000,tiedHead:false,eosTokens:[1],padToken:0};
const core=new OnnxCore({model:{config:c,seed:0},threads:2,memoryBudgetMiB:4096});
const reqs=Array.from({length:16},(_,p)=>({prompt:[2,3,4,5,p+6,3,2,9],n:16,keys:Array.from({length:16},(_,s)=>[0,p,s])}));
for(let r=0;r<4;r++){let t=performance.now(); const o=await core.sample("current",reqs,{maxTokens:64,temperature:1,ignoreEos:true}); const dt=performance.now()-t; console.log("sample tok/s",(256*64/dt*1000).toFixed(0), o[0]![0]!.tokens.slice(0,8).join());
 if(r==0){const d=o.flatMap((cs,p)=>cs.map(cc=>({prompt:reqs[p]!.prompt,completion:cc.tokens})));const lp=await core.logprobs("current",d);let m=0;o.flat().forEach((cc,i)=>cc.logprobs.forEach((x,j)=>{m=Math.max(m,Math.abs(x-lp[i]![j]!))}));console.log("max dlogp",m);}
}
const data=reqs.flatMap((q,p)=>Array.from({length:16},(_,s)=>({prompt:[p],completion:Array.from({length:63},(_,j)=>(p*s*j*7+3*j+s)%V),weights:new Float32Array(63).fill(1/4032),policyVersion:0})));
for(let r=0;r<3;r++){let t=performance.now(); const o=await core.forwardBackward(data.slice(0,64),{kind:"cross-entropy"}); core.optimStep({learningRate:1e-3,beta1:.9,beta2:.95,eps:1e-8,weightDecay:0,gradClipNorm:1}); console.log("train tok/s",(64*64/(performance.now()-t)*1000).toFixed(0),o.loss,o.microBatches);}
